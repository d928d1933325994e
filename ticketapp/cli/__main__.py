from ticketapp.cli.main import main

main()
