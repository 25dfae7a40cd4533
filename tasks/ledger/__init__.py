"""Spreadsheets in and out: workbooks, header words, deadline and unit phrases."""
