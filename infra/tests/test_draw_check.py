"""Tests of infra/draw-check, on the vectors that Onsale's own draw is tested on."""

import contextlib
import io
import json
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "docs" / "draw-vectors.json").read_text())
LANE_VECTORS = json.loads((ROOT / "docs" / "lane-vectors.json").read_text())
EVENT = "01890000-0000-7000-8000-000000000000"


def load():
    loader = SourceFileLoader("draw_check", str(ROOT / "infra" / "draw-check"))
    module = module_from_spec(spec_from_loader("draw_check", loader))
    loader.exec_module(module)
    return module


draw_check = load()


class Vectors(unittest.TestCase):
    def test_the_vectors_hold(self):
        self.assertGreater(len(VECTORS), 5)
        for vector in VECTORS:
            seed, count = bytes.fromhex(vector["seed"]), vector["lobby_count"]
            self.assertEqual(draw_check.hashlib.sha256(seed).hexdigest(), vector["seed_commitment"])
            for ordinal, number in vector["numbers"]:
                self.assertEqual(draw_check.number(seed, count, ordinal), number, (count, ordinal))

    def test_the_vectors_of_rooms_with_lanes_hold(self):
        for vector in LANE_VECTORS:
            cycle = draw_check.cycle_of(vector["shares"])
            self.assertEqual("".join(map(str, cycle)), vector["cycle"])
            lanes = draw_check.Lanes(bytes.fromhex(vector["seed"]), cycle, vector["lobby_counts"])
            for ordinal, number in vector["numbers"]:
                self.assertEqual(lanes.number(ordinal), number, (vector["shares"], ordinal))

    def test_the_program_of_the_documentation_says_the_same(self):
        text = (ROOT / "docs" / "draw.md").read_text()
        program = {}
        for code in text.split("```python\n")[1:]:
            exec(code.split("```")[0], program)
        for vector in LANE_VECTORS:
            seed = bytes.fromhex(vector["seed"])
            cycle = program["cycle_of"](vector["shares"])
            for ordinal, number in vector["numbers"]:
                self.assertEqual(program["number_in"](seed, cycle, vector["lobby_counts"], ordinal), number)
        for vector in VECTORS:
            seed = bytes.fromhex(vector["seed"])
            for ordinal, number in vector["numbers"]:
                self.assertEqual(program["number"](seed, vector["lobby_count"], ordinal), number)


class Program(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        vector = next(vector for vector in VECTORS if vector["lobby_count"] == 10)
        self.numbers = dict(vector["numbers"])
        self.room = {**{name: vector[name] for name in ("seed", "seed_commitment", "lobby_count")}, "serving": 4}

    def saved(self, name, document):
        path = self.folder / name
        path.write_text(json.dumps(document))
        return str(path)

    def run_on(self, document, *words):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = draw_check.main([self.saved("room.json", document), *words])
        return code, said.getvalue()

    def test_a_draw_that_kept_its_commitment(self):
        before = self.saved("before.json", {**self.room, "seed": None, "lobby_count": None})
        words = ("--before", before, "--commitment", self.room["seed_commitment"], "--ordinal", "1")
        code, said = self.run_on(self.room, *words)
        self.assertEqual(code, 0, said)
        self.assertIn("10 places were drawn", said)
        self.assertIn(f"ordinal 1 has the number {self.numbers[1]}; 4 are ahead of it", said)

    def test_a_seed_that_was_not_committed_to(self):
        code, said = self.run_on({**self.room, "seed": "00" * 32})
        self.assertEqual(code, 1, said)
        self.assertIn("not the one that was committed to", said)

    def test_a_commitment_that_changed(self):
        code, said = self.run_on(self.room, "--commitment", "00" * 32)
        self.assertEqual(code, 1, said)

    def test_a_place_with_its_own_number_and_with_a_foreign_one(self):
        own = self.saved("own.json", {"ordinal": 3, "number": self.numbers[3]})
        self.assertEqual(self.run_on(self.room, "--place", own)[0], 0)
        foreign = self.saved("foreign.json", {"ordinal": 3, "number": self.numbers[3] + 1})
        code, said = self.run_on(self.room, "--place", foreign)
        self.assertEqual(code, 1, said)

    def test_the_whole_lobby(self):
        code, said = self.run_on(self.room, "--all")
        self.assertEqual(code, 0)
        lines = [line for line in said.splitlines() if "," in line and line[0].isdigit()]
        self.assertEqual(lines, [f"{ordinal},{number}" for ordinal, number in sorted(self.numbers.items())[:10]])

    def with_lanes(self, **changed):
        vector = LANE_VECTORS[0]
        lanes = [{"share_percent": s, "lobby_count": n} for s, n in zip(vector["shares"], vector["lobby_counts"])]
        cycle = [int(lane) for lane in vector["cycle"]]
        total = sum(vector["lobby_counts"])
        return {**self.room, "lobby_count": total, "lanes": lanes, "cycle": cycle, **changed}, vector

    def test_a_room_with_lanes(self):
        room, vector = self.with_lanes(serving=5)
        numbers = dict(vector["numbers"])
        own = self.saved("own.json", {"ordinal": 1, "number": numbers[1]})
        code, said = self.run_on(room, "--ordinal", "1", "--place", own, "--all")
        self.assertEqual(code, 0, said)
        self.assertIn(f"ordinal 1 has the number {numbers[1]}; {numbers[1] // 5 - 1} of its lane are ahead", said)
        lines = dict(map(int, line.split(",")) for line in said.splitlines() if "," in line and line[0].isdigit())
        self.assertEqual(len(lines), 14)
        self.assertEqual(len(set(lines.values())), 14)
        # Every fifth number is the lane's, and no other.
        self.assertEqual({number % 5 == 2 for ordinal, number in lines.items() if ordinal % 2}, {True})

    def test_lanes_that_are_not_what_they_are_said_to_be(self):
        room, _ = self.with_lanes()
        lanes = room["lanes"]
        more = [{**lanes[0], "share_percent": 60}, {**lanes[1], "share_percent": 40}]
        fewer = [lanes[0], {**lanes[1], "lobby_count": 3}]
        for changed in ({"cycle": [0, 1, 0, 0, 0]}, {"lanes": more}, {"lanes": fewer}):
            self.assertEqual(self.run_on({**room, **changed})[0], 1, changed)

    def test_what_is_not_drawn_or_no_document_is_neither_right_nor_wrong(self):
        for document in ({**self.room, "seed": None}, {}, [], {**self.room, "lobby_count": -1}):
            self.assertEqual(self.run_on(document)[0], 2, document)
        self.assertEqual(draw_check.main([str(self.folder / "missing.json")]), 2)

    def test_the_page_of_an_event_leads_to_its_document(self):
        body = json.dumps(self.room).encode()
        asked = []

        class Site(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Site)
        self.addCleanup(server.server_close)
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        self.addCleanup(serving.join)
        self.addCleanup(server.shutdown)
        site = f"http://127.0.0.1:{server.server_port}"
        pages = [f"/events/{EVENT}", f"/events/{EVENT}/waiting-room?lang=de", f"/api/events/{EVENT}/waiting-room"]
        for page in pages:
            with contextlib.redirect_stdout(io.StringIO()):
                self.assertEqual(draw_check.main([site + page]), 0)
        self.assertEqual(asked, [f"/api/events/{EVENT}/waiting-room"] * len(pages))


if __name__ == "__main__":
    unittest.main()
