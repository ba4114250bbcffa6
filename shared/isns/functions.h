// The messages of RFC 4171 (FUNCTION_ID, sections 4.1.3, 4.2.3, 5.6.5) as one table. Pure data, safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace isns {

enum class Function : std::uint16_t {
  DevAttrReg = 0x0001,
  DevAttrQry = 0x0002,
  DevGetNext = 0x0003,
  DevDereg = 0x0004,
  SCNReg = 0x0005,
  SCNDereg = 0x0006,
  SCNEvent = 0x0007,
  SCN = 0x0008,
  DDReg = 0x0009,
  DDDereg = 0x000a,
  DDSReg = 0x000b,
  DDSDereg = 0x000c,
  ESI = 0x000d,
  Heartbeat = 0x000e,
  RqstDomId = 0x0011,
  RlseDomId = 0x0012,
  GetDomId = 0x0013,
};

inline constexpr std::uint16_t kResponseBit = 0x8000;
constexpr std::uint16_t responseOf(Function f) { return static_cast<std::uint16_t>(f) | kResponseBit; }
constexpr std::uint16_t idOf(Function f) { return static_cast<std::uint16_t>(f); }

enum class Sender : std::uint8_t { Client, Server };
enum class Effect : std::uint8_t { Reads, Changes, Notifies };

struct FunctionRow {
  Function function;
  std::string_view name;
  Sender sender;
  Effect effect;
  bool answered;             // the Heartbeat has no response
  bool tcpOnly;              // FC_DOMAIN_ID messages (5.6.5.15)
  std::string_view key;      // message key, in words
  std::string_view operating;
  std::string_view section;  // of RFC 4171
};

std::span<const FunctionRow> functionTable();

// The row of a request's FUNCTION_ID, or nullptr where RFC 4171 defines no request.
const FunctionRow* findFunction(std::uint16_t id);

// "DevAttrReg", "DevAttrRegRsp", or "reserved".
std::string_view functionName(std::uint16_t id);

}  // namespace isns
