#include "shared/mgmt/event_place.h"

#include "shared/base/whole_number.h"

namespace mgmt {

std::string EventPlace::text() const {
  return state == 0 ? std::to_string(revision) : std::to_string(revision) + "." + std::to_string(state);
}

std::optional<EventPlace> EventPlace::parse(std::string_view text) {
  const std::size_t point = text.find('.');
  const auto revision = base::wholeNumber<std::uint64_t>(text.substr(0, point));
  if (!revision) return std::nullopt;
  if (point == std::string_view::npos) return EventPlace{*revision, 0};
  const auto state = base::wholeNumber<std::uint64_t>(text.substr(point + 1));
  if (!state || *state == 0) return std::nullopt;
  return EventPlace{*revision, *state};
}

}  // namespace mgmt
