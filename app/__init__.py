"""The doors of Gesso: browser and terminal; each translates and none knows another."""
