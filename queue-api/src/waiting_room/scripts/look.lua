-- The room, and one place if asked; changes nothing.
-- ARGV: ordinal (or none).
-- Reply: "ok", now, phase, serving, cycle, next of each lane, gaps, lobby counts (-1), seed (""), commitment, epoch,
--        version, cap, rate, lobby_opens, opens, claim_ms, pass_ms, grace_ms, reason (""), live leases, admissions in
--        the last 60 s, places a minute that the room holds itself to (-1), and of the place: 1 if left, released,
--        claimed, confirmed (else 0), expiry of its lease (0: none);
--        or "missing".
local r = read()
if not r then return { 'missing' } end
local reply = {
  'ok', r.now, r.phase, r.serving, r.cycle, r.next, r.gaps, r.lobby_count or -1, r.seed or '', r.commitment, r.epoch,
  r.version,
  r.cap, r.rate, r.lobby_opens, r.opens, r.claim_ms, r.pass_ms, r.grace_ms, r.reason,
  redis.call('ZCOUNT', leases, '(' .. r.now, '+inf'),
  redis.call('ZCOUNT', admissions, '(' .. (r.now - 60000), '+inf'),
  redis.call('GET', held_to) or -1,
}
if ARGV[1] then
  for _, bits in ipairs({ left, released, claimed, confirmed }) do
    reply[#reply + 1] = redis.call('GETBIT', bits, ARGV[1])
  end
  reply[#reply + 1] = live_lease(r, ARGV[1]) or 0
end
return reply
