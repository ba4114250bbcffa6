// EventPlace: up to where somebody knows the SAN, and a stream of events goes on: the id of an event.
//
// "12.345": revision 12 in the state 345, one of several where something changed that no revision tells (sessions).
// States are numbered by the server since its start, so that one of an earlier start is known to be none. "12": the
// revision alone, of who does not tell states apart. A value; parse() refuses what is neither.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mgmt {

struct EventPlace {
  std::uint64_t revision = 0;
  std::uint64_t state = 0;  // 0: whichever

  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<EventPlace> parse(std::string_view text);
  friend bool operator==(const EventPlace&, const EventPlace&) = default;
};

}  // namespace mgmt
