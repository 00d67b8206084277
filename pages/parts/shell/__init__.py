"""What all pages share: the frame, the address, the language, links and small components."""
