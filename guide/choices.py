"""Fixed values of the guide room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EditionKind(TextChoices):
    GUIDE = "guide", _("guide")
    FLYER = "flyer", _("flyer")


class EditionState(TextChoices):
    DRAFT = "draft", _("draft")
    ISSUED = "issued", _("issued")


class SectionKind(TextChoices):
    COVER = "cover", _("cover")
    COPYRIGHT = "copyright", _("copyright")
    FOREWORD = "foreword", _("foreword")
    PREFACE = "preface", _("preface")
    INTRODUCTION = "introduction", _("introduction")
    CHAPTER = "chapter", _("opening of a chapter")
    ORGANISATION = "organisation", _("entry of an organisation")
    AGREEMENT = "agreement", _("entry of an agreement")
    PRACTICE = "practice", _("customs practice")
    CONCLUSION = "conclusion", _("conclusion")
    HS_ANNEX = "hs_annex", _("annex of HS codes")
    CASE_STUDIES = "case_studies", _("case studies")
    ANNEX = "annex", _("annex")
    POLICY_HALF = "policy", _("policy half of the flyer")


class FeedbackState(TextChoices):
    NEW = "new", _("new")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed without an answer")
