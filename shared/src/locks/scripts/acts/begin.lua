-- What is done to holds, each act a function of texts that answers with a list of texts. Many are done by one call,
-- one after the other, and whoever listens is told once.
--
-- ARGV  of each act: its name, how many arguments follow, these
-- Reply one an act

local acts = {}

