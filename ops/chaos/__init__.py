"""`make chaos`: senders are killed and servers fail while mail goes out; then every mail is accounted for."""
