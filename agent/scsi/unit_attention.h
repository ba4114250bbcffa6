// Unit attention conditions of one I_T_L nexus (SAM-5 5.14).
//
// The conditions that there are, highest first, are one table; a nexus keeps one bit each, so that the queue is bounded
// and a condition that is established twice is reported once. Pure, one owner.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

#include "agent/scsi/sense.h"

namespace scsi {

// In the order in which they are reported.
enum class UnitAttention : std::uint8_t {
  PowerOnOrReset,
  BusDeviceReset,  // a LOGICAL UNIT RESET function
  MediumMayHaveChanged,
  ModeParametersChanged,
  LogParametersChanged,
  ReservationsPreempted,
  ReservationsReleased,
  RegistrationsPreempted,
  AsymmetricAccessStateChanged,
  CapacityChanged,
  TimestampChanged,
  CommandsCleared,
  ThinThreshold,
  DeviceIdentifierChanged,
  ReportedLunsChanged,
  CommandsClearedByIscsiEvent,
};
inline constexpr std::size_t kUnitAttentions = 16;

inline constexpr Asc kUnitAttentionAsc[] = {
    Asc::PowerOnResetOrBusDeviceReset,
    Asc::BusDeviceResetFunctionOccurred,
    Asc::NotReadyToReadyChange,
    Asc::ModeParametersChanged,
    Asc::LogParametersChanged,
    Asc::ReservationsPreempted,
    Asc::ReservationsReleased,
    Asc::RegistrationsPreempted,
    Asc::AsymmetricAccessStateChanged,
    Asc::CapacityDataHasChanged,
    Asc::TimestampChanged,
    Asc::CommandsClearedByAnotherInitiator,
    Asc::ThinProvisioningSoftThresholdReached,
    Asc::DeviceIdentifierChanged,
    Asc::ReportedLunsDataHasChanged,
    Asc::CommandsClearedByIscsiEvent,
};
static_assert(std::size(kUnitAttentionAsc) == kUnitAttentions);
static_assert(kUnitAttentionAsc[static_cast<std::size_t>(UnitAttention::CommandsClearedByIscsiEvent)] ==
              Asc::CommandsClearedByIscsiEvent);

constexpr Asc ascOf(UnitAttention attention) { return kUnitAttentionAsc[static_cast<std::size_t>(attention)]; }

class UnitAttentions {
 public:
  void establish(UnitAttention attention) { pending_ |= bit(attention); }
  void clear(UnitAttention attention) { pending_ &= ~bit(attention); }
  [[nodiscard]] bool any() const { return pending_ != 0; }
  [[nodiscard]] bool has(UnitAttention attention) const { return (pending_ & bit(attention)) != 0; }
  // The highest, which is then no longer pending.
  std::optional<UnitAttention> take() {
    if (pending_ == 0) return std::nullopt;
    const auto attention = static_cast<UnitAttention>(std::countr_zero(pending_));
    clear(attention);
    return attention;
  }

 private:
  static constexpr std::uint32_t bit(UnitAttention attention) { return 1U << static_cast<unsigned>(attention); }
  std::uint32_t pending_ = 0;
};

}  // namespace scsi
