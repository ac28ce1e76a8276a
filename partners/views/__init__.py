"""HTTP and nothing else: public pages, accounts, people, the secretariat's texts."""
