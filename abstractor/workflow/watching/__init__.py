"""How the pulls of all clinics stand, told to IT by mail and post and to the monitoring system as numbers."""
