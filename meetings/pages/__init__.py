"""What pages show: plain values, words and markup, made in few statements."""
