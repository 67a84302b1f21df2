"""Short calls of the command line."""

RUN = ["run", "--model", "squid-dayan-abbott", "--duration", "30"]
STEP = ["--stimulus", "step:amplitude=10,start=5,stop=25"]
FI = ["fi", "--model", "squid-dayan-abbott", "--points", "2"]
