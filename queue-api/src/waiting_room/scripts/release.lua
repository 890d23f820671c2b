-- The one decision everything hangs on: who comes in now. Ends expired leases, then admits the offered places in the
-- order of their numbers, each only while live leases < cap and admissions of the last 60 s < rate and the phase is
-- open (or by "admit n now", which needs the cap only). `serving` moves behind each number that is dealt with and never
-- back, so repeating the call, or calling it from two places at once, releases nothing twice and skips nothing. Numbers
-- that nobody has (vacant slots of a lane) are passed over with the offer behind them.
-- ARGV: the numbers that somebody has, from `serving` on, each as number, ordinal, place, who; what the releaser lacks
--       has the place "" and as who "missing", or "forfeit" when no join of it can still be on its way.
-- Reply: status, now, serving, how many more could come in now, end of the log, phase, lobby counts (-1: not fixed),
--        next of each lane, epoch, how many "admit n now" leaves, then the numbers that were admitted. Status: "done"; "not-open"; "cap"; "rate";
--        "absent": the next place must arrive first; "stale": somebody has a number between `serving` and the offer,
--        or the offers do not begin at `serving`; or only "missing".
-- Log entries: "release <ms> <number> <ordinal> <place> <who> <1 if beyond the rate else 0>",
--        "claim <ms> <ordinal>", "end <ms> <ordinal> <left|expired|given_back|finished>",
--        "leave <ms> <ordinal> <place>", "forfeit <ms> <ordinal>", "gap <ms> <lane> <from> <to>" (see join.lua:
--        the ordinals from·lanes + lane to to·lanes + lane, exclusive, stay nobody's).
local r = advance()
if not r then return { 'missing' } end

for _, ordinal in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', r.now)) do
  redis.call('ZREM', leases, ordinal)
  redis.call('RPUSH', log, 'end ' .. r.now .. ' ' .. ordinal .. ' expired')
end
redis.call('ZREMRANGEBYSCORE', admissions, '-inf', r.now - 60000)
local live = redis.call('ZCARD', leases)
local admitted = redis.call('ZCARD', admissions)
local serving, extra = r.serving, extra_left(r)
local releasing = r.phase == 'open' or r.phase == 'paused'

local function rate_left()
  return r.phase == 'open' and math.max(r.rate - admitted, 0) or 0
end

local function admit(number, ordinal, place, name)
  local beyond = 0
  if rate_left() > 0 then
    admitted = admitted + 1
    redis.call('ZADD', admissions, r.now, number)
  else
    extra, beyond = extra - 1, 1
    redis.call('HINCRBY', room, 'extra', -1)
  end
  live = live + 1
  redis.call('ZADD', leases, r.now + r.claim_ms + r.grace_ms, ordinal)
  redis.call('SETBIT', released, ordinal, 1)
  redis.call('SETBIT', confirmed, ordinal, 1)
  redis.call('RPUSH', log, table.concat({ 'release', r.now, number, ordinal, place, name, beyond }, ' '))
end

-- Whether an offer is the next: nobody has a number between `serving` and it.
local function follows(number, ordinal)
  if number == serving then return true end
  if not is_given(r, ordinal) then return false end
  for between = serving, number - 1 do
    if not is_vacant(r, between) then return false end
  end
  return true
end

-- nil when the number was dealt with, "admitted" when its place came in, else why not.
local function take(number, ordinal, place, name)
  if not releasing then return 'not-open' end
  if not follows(number, ordinal) then return 'stale' end
  if not is_given(r, ordinal) then return 'absent' end
  if redis.call('GETBIT', left, ordinal) == 1 then return nil end
  local there = place ~= '' and redis.call('HGET', who, name) == ordinal .. ':' .. place
  if not there then
    if name ~= 'forfeit' or redis.call('GETBIT', confirmed, ordinal) == 1 then return 'absent' end
    redis.call('SETBIT', left, ordinal, 1)
    redis.call('RPUSH', log, 'forfeit ' .. r.now .. ' ' .. ordinal)
    return nil
  end
  if live >= r.cap then return 'cap' end
  if rate_left() <= 0 and extra <= 0 then return r.phase == 'open' and 'rate' or 'not-open' end
  admit(number, ordinal, place, name)
  return 'admitted'
end

local status, came_in = 'done', {}
for i = 1, #ARGV, 4 do
  local number = tonumber(ARGV[i])
  if number >= serving then
    local outcome = take(number, ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
    if outcome and outcome ~= 'admitted' then
      status = outcome
      break
    end
    if outcome then came_in[#came_in + 1] = number end
    serving = number + 1
  end
end
if serving > r.serving then redis.call('HSET', room, 'serving', serving) end

local budget = releasing and math.max(math.min(r.cap - live, rate_left() + extra), 0) or 0
local log_end = r.log_head + redis.call('LLEN', log)
local reply = { status, r.now, serving, budget, log_end, r.phase, r.lobby_count or -1, r.next, r.epoch, extra }
for _, number in ipairs(came_in) do reply[#reply + 1] = number end
return reply
