"""What is printed, signed or sent: the report as PDF and DOCX, the mayor's brief, the neighbourhood sheets."""
