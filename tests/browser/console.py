"""What a page complains about: errors in its console, its scripts and its requests, and every request that leaves this machine."""

import re

HERE = re.compile(r"(?:https?|wss?)://(?:127\.0\.0\.1|localhost)(?:[:/]|$)|file:|data:|blob:|about:|chrome-error:")


class Console:
    """Watches pages, and keeps a line for each thing that went wrong.

    Attributes
    ----------
    problems : list of str
        Errors in the console, uncaught exceptions, failed requests, answers of 400 and above, requests to other machines.
    outside : list of str
        The last of these alone: the addresses.
    """

    def __init__(self):
        self.problems, self.outside, self._allowed = [], [], []

    def allow(self, pattern):
        """Take no notice of lines in which this regular expression is found."""
        self._allowed.append(re.compile(pattern))

    def watch(self, page):
        """Listen to a page, its frames and its pop-ups; return the page."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._note(f"uncaught: {error}"))
        page.on("request", self._asked)
        page.on("websocket", lambda socket: self._left(socket.url))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        page.on("popup", self.watch)
        return page

    def _note(self, line):
        if not any(pattern.search(line) for pattern in self._allowed):
            self.problems.append(line)

    def _said(self, message):
        if message.type == "error":
            where = message.location.get("url", "") if message.location else ""
            self._note(f"console: {message.text} [{where}]")

    def _asked(self, request):
        self._left(request.url)

    def _left(self, address):
        if not HERE.match(address):
            self.outside.append(address)
            self.problems.append(f"request to another machine: {address}")

    def _failed(self, request):
        if request.failure != "net::ERR_ABORTED":  # the page itself took it back, for example by moving on
            self._note(f"request failed: {request.url[:200]}: {request.failure}")

    def _answered(self, response):
        if response.status >= 400:
            self._note(f"answer {response.status}: {response.url[:200]}")
