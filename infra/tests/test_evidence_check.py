"""Tests of infra/evidence-check: a sale that kept every promise is accepted, and each breach is named."""

import base64
import contextlib
import gzip
import hashlib
import io
import json
import tempfile
import unittest
import uuid
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVENT = "01890000-0000-7000-8000-000000000000"
SEED = bytes(range(32))
LOBBY, PLACES, CAP, RATE = 40, 50, 4, 12
DRAWN = 1_800_000_000_000


def load():
    loader = SourceFileLoader("evidence_check", str(ROOT / "infra" / "evidence-check"))
    module = module_from_spec(spec_from_loader("evidence_check", loader))
    loader.exec_module(module)
    return module


checker = load()


def encode(point):
    inverse = pow(point[2], checker.P - 2, checker.P)
    x, y = point[0] * inverse % checker.P, point[1] * inverse % checker.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def sign(secret: bytes, message: bytes) -> tuple:
    """The public key and the signature (RFC 8032, 5.1.6)."""
    digest = hashlib.sha512(secret).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
    key = encode(checker.multiply(scalar, checker.BASE))
    nonce = int.from_bytes(hashlib.sha512(digest[32:] + message).digest(), "little") % checker.Q
    point = encode(checker.multiply(nonce, checker.BASE))
    challenge = int.from_bytes(hashlib.sha512(point + key + message).digest(), "little")
    return key, point + ((nonce + challenge * scalar) % checker.Q).to_bytes(32, "little")


SECRET = hashlib.sha256(b"a key of this test").digest()
KEY = base64.b64encode(sign(SECRET, b"")[0]).decode()


def change(at_ms, what, **settings):
    now = {"phase": "open", "lease_cap": CAP, "rate_per_minute": RATE, **settings}
    return {"kind": "change", "at_ms": at_ms, "by": {"role": "organiser", "who": "00" * 8}, **now, "change": what}


def sale() -> list:
    """Everything but summary and signature: one comes in each five seconds, and stays for ten."""
    seed, commitment = SEED.hex(), hashlib.sha256(SEED).hexdigest()
    room = {"phase": "closed", "claim_window_seconds": 60, "pass_ttl_seconds": 60, "places": PLACES, "serving": 45}
    head = {"kind": "pack", "format": checker.FORMAT, "final": True, "event": {"id": EVENT, "title": "Hamlet"}, "room": room}
    draw = {"kind": "draw", "seed_commitment": commitment, "seed": seed, "lobby_count": LOBBY, "drawn_ms": DRAWN}
    lines = [head, draw, change(DRAWN - 9_000_000, {"made": True}, phase="scheduled")]
    lines += [change(DRAWN + 100_500, {"admit": 2}), change(DRAWN + 500_000, {"closed": "sold out"}, phase="closed")]
    for ordinal in range(PLACES):
        number = checker.draw_check.number(SEED, LOBBY, ordinal)
        lines.append({"kind": "place", "ordinal": ordinal, "number": number, **story(number, ordinal)})
    return lines


LANES = {"shares": [80, 20], "lobby": [40, 6], "next": [46, 9]}


def lane_sale() -> list:
    """The same with a lane of every fifth number, which nobody was left in for two of its turns."""
    lines = sale()
    count = len(LANES["shares"])
    kinds = zip(LANES["shares"], LANES["lobby"], LANES["next"])
    lanes = [{"share_percent": share, "lobby_count": lobby, "next": given} for share, lobby, given in kinds]
    cycle = checker.draw_check.cycle_of(LANES["shares"])
    lines[1].update(lanes=lanes, cycle=cycle, lobby_count=sum(LANES["lobby"]))
    lines = [line for line in lines if line["kind"] != "place"]
    # Lane 1 has the slots 2, 7, 12, …; its seventh and eighth, 32 and 37, were passed over before 38 came in.
    lines.append({"kind": "gap", "lane": 1, "from": 6, "to": 8, "at_ms": DRAWN + 1_000 + 38 * 5_000})
    draw = checker.draw_check.Lanes(SEED, cycle, LANES["lobby"])
    for ordinal in sorted(l * count + lane for lane, given in enumerate(LANES["next"]) for l in range(given)):
        if ordinal not in (6 * count + 1, 7 * count + 1):
            number = draw.number(ordinal)
            lines.append({"kind": "place", "ordinal": ordinal, "number": number, **story(number, ordinal)})
    lines[0]["room"]["places"] = sum(LANES["next"]) - 2
    return lines


def story(number: int, ordinal: int) -> dict:
    joined = {"joined_ms": DRAWN - 600_000 + ordinal * 10}
    at = DRAWN + 1_000 + number * 5_000
    if number >= 45:
        return {"outcome": "waiting", **joined, "ended_ms": DRAWN + 500_000}
    if number == 7:
        return {"outcome": "left", **joined, "ended_ms": DRAWN - 100}
    if number == 8:
        return {"outcome": "forfeited", "ended_ms": at}
    came_in = {**joined, "released_ms": at, "ended_ms": at + 10_000, "who": f"{ordinal:016x}"}
    if number == 20:
        return {"outcome": "finished", **came_in, "claimed_ms": at + 50, "extra": True}
    if number % 10 == 3:
        return {"outcome": "no_show", **came_in}
    return {"outcome": "finished", **came_in, "claimed_ms": at + 50}


def summed(lines: list) -> list:
    """With the seconds and the summary that its places add up to."""
    pack = checker.Pack()
    for line in lines:
        pack.take(line)
    seconds, figures = checker.replay(pack)
    return [*lines, *({"kind": "second", **second} for second in seconds), {"kind": "summary", **figures}]


def signed(lines: list, secret=SECRET) -> bytes:
    body = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)
    digest = hashlib.sha256(body)
    key, proof = sign(secret, checker.FORMAT.encode() + uuid.UUID(EVENT).bytes + digest.digest())
    last = {"kind": "signature", "lines": len(lines), "sha256": digest.hexdigest()}
    last.update(key=base64.b64encode(key).decode(), signature=base64.b64encode(proof).decode())
    return body + json.dumps(last).encode() + b"\n"


class Signatures(unittest.TestCase):
    def test_the_vectors_of_rfc_8032(self):
        vectors = [
            ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
             "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
            ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
             "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        ]
        for key, message, proof in vectors:
            key, message, proof = (bytes.fromhex(text) for text in (key, message, proof))
            self.assertTrue(checker.verifies(key, message, proof))
            self.assertFalse(checker.verifies(key, message + b"!", proof))
            for at in (0, 40, 63):
                wrong = bytearray(proof)
                wrong[at] ^= 1
                self.assertFalse(checker.verifies(key, message, bytes(wrong)))


class Packs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "pack.ndjson"

    def run_on(self, pack: bytes, *words):
        self.path.write_bytes(pack)
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = checker.main([str(self.path), *words])
        return code, said.getvalue()

    def planted(self, plant, *words, of=sale):
        """What the checker says of a sale with a breach planted in it, summed up and signed as if it were right."""
        lines = of()
        plant({line["number"]: line for line in lines if line["kind"] == "place"}, lines)
        code, said = self.run_on(signed(summed(lines)), *words)
        self.assertEqual(code, 1, said)
        return [line.split("WRONG: ")[1] for line in said.splitlines() if "WRONG" in line]

    def test_a_sale_that_kept_every_promise(self):
        good = signed(summed(sale()))
        for pack in (good, gzip.compress(good)):
            code, said = self.run_on(pack, "--key", KEY)
            self.assertEqual(code, 0, said)
            self.assertIn("50 places, 40 of them drawn; 43 came in, 1 beyond the rate; 5 did not", said)
            self.assertIn("inversions: 0", said)

    def test_a_sale_with_lanes_that_kept_every_promise(self):
        code, said = self.run_on(signed(summed(lane_sale())))
        self.assertEqual(code, 0, said)
        self.assertIn("53 places, 46 of them drawn", said)

    def test_a_number_of_another_lane(self):
        def plant(places, _):
            places[12]["number"], places[13]["number"] = 13, 12

        said = self.planted(plant, of=lane_sale)
        self.assertTrue(any("has number 13; the draw gave it 12" in line for line in said), said)

    def test_a_lane_with_more_slots_than_its_share(self):
        def plant(_, lines):
            lines[1]["cycle"] = [0, 1, 0, 1, 0]

        self.assertIn("the shares make the cycle", self.planted(plant, of=lane_sale)[0])

    def test_somebody_hidden_in_a_gap(self):
        def left_out(_, lines):
            gap = next(line for line in lines if line["kind"] == "gap")
            lines.remove(gap)

        said = self.planted(left_out, of=lane_sale)
        self.assertIn("after ordinal 12 comes 14: places are missing or twice", said)

        def too_early(_, lines):
            gap = next(line for line in lines if line["kind"] == "gap")
            gap["at_ms"] -= 3 * 5_000

        said = self.planted(too_early, of=lane_sale)
        self.assertIn("ordinals of lane 1 up to its 7 stay nobody's", said[0])

        def with_a_place(places, lines):
            gap = next(line for line in lines if line["kind"] == "gap")
            gap["to"] = 9

        said = self.planted(with_a_place, of=lane_sale)
        self.assertTrue(any("places are missing or twice" in line for line in said), said)

        def drawn(_, lines):
            next(line for line in lines if line["kind"] == "gap")["from"] = 5

        self.assertIn("no gap can be in lane 1 from 5 to 8", self.planted(drawn, of=lane_sale)[0])

    def test_the_last_of_a_lane_left_out(self):
        def plant(places, lines):
            last = max((line for line in lines if line["kind"] == "place"), key=lambda line: line["ordinal"])
            lines.remove(last)
            lines[0]["room"]["places"] -= 1

        self.assertEqual(self.planted(plant, of=lane_sale), ["ordinal 90 was given, and nothing is said of it"])

    def test_an_inversion(self):
        def plant(places, _):
            places[30].update(released_ms=places[31]["released_ms"] + 1, claimed_ms=places[31]["released_ms"] + 2)

        at = DRAWN + 1_000 + 31 * 5_000 + 1
        self.assertEqual(self.planted(plant)[0], f"inversion: number 30 came in at {at}, after number 31")

    def test_more_than_the_rate(self):
        def plant(_, lines):
            for line in lines:
                if "rate_per_minute" in line:
                    line["rate_per_minute"] = 11

        said = self.planted(plant)
        self.assertEqual(said[0], f"rate: 12 came in in the 60 s until {DRAWN + 1_000 + 32 * 5_000}, where 11 may")

    def test_a_rate_that_is_lowered_binds_those_who_come_later(self):
        def plant(_, lines):
            lines.insert(3, change(DRAWN + 50_000, {"rate_per_minute": 6}, rate_per_minute=6))

        said = self.planted(plant)
        self.assertIn(f"until {DRAWN + 1_000 + 11 * 5_000}, where 6 may", said[0])

    def test_more_leases_than_the_cap(self):
        def plant(places, _):
            for number in range(25, 29):
                places[number]["ended_ms"] = places[29]["released_ms"] + 1

        at = DRAWN + 1_000 + 29 * 5_000
        self.assertEqual(self.planted(plant), [f"cap: 5 leases lived at {at}, where 4 may"])

    def test_an_offer_without_an_end_lives_for_its_window_and_its_grace(self):
        for grace, code in ((None, 0), (0, 0), (600, 1)):
            lines = sale()
            for line in lines:
                if line.get("number") in (13, 23, 33):
                    del line["ended_ms"]
                    line["outcome"] = "offered"
            if grace is not None:
                lines[0]["room"]["grace_seconds"] = grace
            done, said = self.run_on(signed(summed(lines)))
            self.assertEqual(done, code, said)
            self.assertEqual("cap: 5 leases lived" in said, code == 1, said)

    def test_in_while_it_was_paused(self):
        def plant(_, lines):
            lines.insert(3, change(DRAWN + 10_000, {"phase": "paused"}, phase="paused"))
            lines.insert(4, change(DRAWN + 20_000, {"phase": "open"}))

        # Just after a change either may be in force.
        self.assertEqual(self.planted(plant), [f"1 came in at {DRAWN + 16_000}, while the room was paused"])

    def test_beyond_the_rate_when_nobody_asked(self):
        def plant(_, lines):
            lines[:] = [line for line in lines if "admit" not in line.get("change", {})]

        at = DRAWN + 1_000 + 20 * 5_000
        self.assertEqual(self.planted(plant), [f"1 had come in beyond the rate by {at}, where 0 were asked for"])

    def test_another_seed(self):
        def plant(_, lines):
            lines[1]["seed"] = "ff" * 32

        said = self.planted(plant)
        self.assertEqual(said[0], "the seed is not the one that was committed to")
        self.assertIn("the draw gave it", said[1])

    def test_a_number_of_ones_own_choice(self):
        def plant(places, _):
            places[3]["number"], places[30]["number"] = 30, 3

        self.assertEqual(len([line for line in self.planted(plant) if "the draw gave it" in line]), 2)

    def test_a_place_that_was_left_out_and_one_that_was_passed_over(self):
        left_out = self.planted(lambda places, lines: lines.remove(places[12]))
        self.assertIn("places are missing or twice", left_out[0])

        def plant(places, _):
            ordinal = places[12]["ordinal"]
            places[12].clear()
            places[12].update(kind="place", ordinal=ordinal, number=12, outcome="waiting")

        self.assertEqual(self.planted(plant), ["number 12 was passed over while it waited"])

        def unrecorded(places, _):
            ordinal = places[12]["ordinal"]
            places[12].clear()
            places[12].update(kind="place", ordinal=ordinal, number=12, outcome="passed_over")

        self.assertEqual(self.planted(unrecorded), ["number 12 was passed over, and no record says why"])

    def test_an_outcome_that_its_times_do_not_bear_out(self):
        def plant(places, _):
            places[3]["claimed_ms"] = places[3]["released_ms"]
            places[4]["ended_ms"] = places[4]["released_ms"] - 1

        said = self.planted(plant)
        self.assertIn('number 3 has the outcome "no_show", which its times do not bear out', said)
        self.assertIn("the times of number 4 run backwards", said)

    def test_figures_that_are_not_those_of_the_places(self):
        lines = summed(sale())
        lines[-1]["no_shows"] = 0
        lines[-3]["in_60_s"] = 1
        code, said = self.run_on(signed(lines))
        self.assertEqual(code, 1, said)
        self.assertIn('the summary says "no_shows" 0; it is 5', said)
        self.assertRegex(said, r'the second \d+ says "in_60_s" 1; it is \d+')

    def test_a_changed_byte_a_lost_line_and_a_cut_end(self):
        good = signed(summed(sale()))
        lines = good.splitlines(keepends=True)
        cases = [
            (good.replace(b"no_show", b"expired", 1), "the pack was changed"),
            (b"".join(lines[:9] + lines[10:]), "lines are missing"),
            (b"".join(lines[:-1]), "the pack is cut off"),
            (good[:-1], "the pack is cut off"),
            (good[: len(good) // 2], "the pack is cut off"),
        ]
        for pack, sentence in cases:
            code, said = self.run_on(pack)
            self.assertEqual(code, 1, said)
            self.assertIn(sentence, said)

    def test_a_foreign_key_and_a_forged_signature(self):
        foreign = signed(summed(sale()), hashlib.sha256(b"another").digest())
        self.assertEqual(self.run_on(foreign)[0], 0)
        code, said = self.run_on(foreign, "--key", KEY)
        self.assertEqual((code, "another key" in said), (1, True), said)
        mine = base64.b64decode(KEY)
        theirs = json.loads(foreign.splitlines()[-1])["key"].encode()
        code, said = self.run_on(foreign.replace(theirs, base64.b64encode(mine)), "--key", KEY)
        self.assertEqual((code, "the signature is not good" in said), (1, True), said)

    def test_what_is_no_pack_is_neither_right_nor_wrong(self):
        for pack in (b"", b"{}\n", b"\x1f\x8b no", b"[1]\n", b"\xff\n", signed([{"kind": "pack"}])):
            self.assertEqual(self.run_on(pack)[0], 2, pack)
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(checker.main(["/nowhere/at.all"]), 2)


if __name__ == "__main__":
    unittest.main()
