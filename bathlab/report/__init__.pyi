from .contents import Report as Report
from .gathering import report_of as report_of
from .page import html_of as html_of
