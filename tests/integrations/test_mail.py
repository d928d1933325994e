"""Mail as it leaves the house."""

import socketserver
import threading
from email import message_from_bytes, policy

import pytest

from ticketapp.core.errors import UpstreamRejected, UpstreamUnavailable
from ticketapp.integrations.mail import Attachment, FolderMail, Mail, SmtpMail

SENDER = "Ticketapp <tickets@ticketapp.example>"
MAIL = Mail(
    "letter-1",
    "ada@example.com",
    "Your tickets · Midnight Parade",
    "Hello Ada,\n\nsee you there.\n",
    (Attachment("ticket.pdf", b"%PDF-1.7", "application/pdf"),),
)


def check(raw):
    message = message_from_bytes(raw, policy=policy.default)
    assert message["Message-ID"] == "<letter-1@ticketapp.example>"
    assert message["To"] == "ada@example.com"
    assert message["Subject"] == "Your tickets · Midnight Parade"
    assert message.get_body().get_content().replace("\r\n", "\n") == "Hello Ada,\n\nsee you there.\n"
    [attachment] = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("ticket.pdf", b"%PDF-1.7")


async def test_a_message_lies_in_the_folder_once_however_often_it_is_sent(tmp_path):
    gateway = FolderMail(tmp_path / "mail", SENDER)

    await gateway.send(MAIL)
    await gateway.send(MAIL)

    [written] = (tmp_path / "mail").iterdir()
    assert written.name == "letter-1.eml"
    check(written.read_bytes())


class Conversation(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs."""

    def handle(self):
        self.say("220 here")
        for line in self.rfile:
            command = line.split(maxsplit=1)[0].upper()
            if command == b"DATA":
                self.say("354 go on")
                self.server.received = b"".join(iter(self.rfile.readline, b".\r\n"))
            self.say(self.server.answers.get(command, "250 ok"))
            if command == b"QUIT":
                return

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as opened:
        opened.answers, opened.received = {b"QUIT": "221 bye"}, b""
        thread = threading.Thread(target=opened.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield opened
        opened.shutdown()
        thread.join()


def gateway_of(server):
    return SmtpMail(f"smtp://127.0.0.1:{server.server_address[1]}", SENDER)


async def test_a_message_goes_out_by_smtp(server):
    await gateway_of(server).send(MAIL)

    check(server.received)


@pytest.mark.parametrize(
    ("command", "answer", "failure"),
    [
        (b"RCPT", "550 no such person", UpstreamRejected),
        (b"DATA", "554 looks like spam", UpstreamRejected),
        (b"MAIL", "451 later", UpstreamUnavailable),
    ],
)
async def test_a_refusal_says_whether_to_try_again(server, command, answer, failure):
    server.answers[command] = answer

    with pytest.raises(failure):
        await gateway_of(server).send(MAIL)


async def test_a_server_that_is_away_may_be_tried_again():
    with pytest.raises(UpstreamUnavailable):
        await SmtpMail("smtp://127.0.0.1:1", SENDER).send(MAIL)
