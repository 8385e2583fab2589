print("tiyin")
