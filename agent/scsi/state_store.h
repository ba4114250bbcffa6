// StateStore: where a logical unit keeps what must outlive a power loss: reservations with APTPL, identifying
// information, saved mode pages, how far a SANITIZE or FORMAT UNIT is.
//
// The unit gives an image of the whole of one kind; the store makes it durable (atomically: the old or the new one) and
// answers by done(), inside save() or later, on the unit's thread. Saves of one kind never overlap. The owner gives the
// image back with Disk::restore() before the first command. SPC-4 5.12.3 (persist through power loss).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "shared/base/bytes.h"

namespace scsi {

enum class StateKind : std::uint8_t { Reservations, IdentifyingInformation, ModePages, Background };

struct StateKindRow {
  StateKind kind;
  std::string_view word;  // for names of files and the like
  std::string_view name;
};
inline constexpr StateKindRow kStateKinds[] = {
    {StateKind::Reservations, "reservations", "persistent reservations"},
    {StateKind::IdentifyingInformation, "identifying-information", "identifying information"},
    {StateKind::ModePages, "mode-pages", "saved mode pages"},
    {StateKind::Background, "background", "SANITIZE or FORMAT UNIT that was begun, which has to be ordered anew"},
};
constexpr const StateKindRow& rowOf(StateKind kind) { return kStateKinds[static_cast<std::size_t>(kind)]; }
static_assert(rowOf(StateKind::Background).kind == StateKind::Background);

class SaveRequest {
 public:
  virtual void done(bool saved) = 0;

 protected:
  ~SaveRequest() = default;
};

class StateStore {
 public:
  virtual ~StateStore() = default;
  // `image` is good until this call returns; `request` stays until its done().
  virtual void save(StateKind kind, base::ByteView image, SaveRequest& request) = 0;
};

}  // namespace scsi
