#include "shared/isns/message_text.h"

#include <algorithm>

#include "shared/base/hex.h"
#include "shared/isns/response_reader.h"
#include "shared/isns/status.h"
#include "shared/isns/value_text.h"

namespace isns {
namespace {

constexpr std::size_t kMaxValue = 256;  // characters of one value; certificates are longer than anybody reads

struct FlagName {
  std::uint16_t flag;
  const char* name;
};
constexpr FlagName kFlags[] = {{flag::kClient, "client"},
                               {flag::kServer, "server"},
                               {flag::kAuthentication, "signed"},
                               {flag::kReplace, "replace"}};

bool hasSource(const Message& message) {
  return !message.isResponse() && message.function != idOf(Function::SCN) && message.function != idOf(Function::ESI);
}

std::string fieldName(const AttributeValue& attribute) {
  const AttributeRow* row = findAttribute(attribute.tag);
  if (row == nullptr || row->tag != attribute.tag) return "tag " + std::to_string(attribute.tag);
  return std::string(row->field);
}

std::string line(const char* place, const AttributeValue& attribute) {
  std::string text = "  " + std::string(place) + " " + fieldName(attribute);
  if (attribute.empty()) return text;
  std::string value = formatValue(attribute.view());
  if (value.size() > kMaxValue) {
    value = value.substr(0, kMaxValue) + "... (" + std::to_string(attribute.value.size()) + " bytes)";
  }
  return text + " = " + value;
}

void describeAttributes(const Message& message, base::ByteView payload, std::vector<std::string>& lines) {
  const auto attributes = readAttributes(payload);
  if (!attributes) {
    lines.push_back("  not readable as attributes: " +
                    base::hexText(payload.first(std::min(payload.size(), kMaxValue))));
    return;
  }
  bool operating = false;
  for (std::size_t i = 0; i < attributes->size(); ++i) {
    const AttributeValue& attribute = (*attributes)[i];
    if (attribute.tag == tag::kDelimiter) {
      operating = true;
    } else if (i == 0 && hasSource(message)) {
      lines.push_back(line("source   ", attribute));
    } else {
      lines.push_back(line(operating ? "operating" : "key      ", attribute));
    }
  }
}

}  // namespace

std::string describeStatus(std::uint32_t status) {
  return std::to_string(status) + " " + std::string(statusName(status));
}

std::vector<std::string> describeMessage(const Message& message) {
  const auto name = functionName(message.function);
  std::string heading = (name == "reserved" ? "function " + std::to_string(message.function) : std::string(name)) +
                        " transaction " + std::to_string(message.transactionId);
  for (const FlagName& flag : kFlags) {
    if ((message.flags & flag.flag) != 0) heading += std::string(" ") + flag.name;
  }
  heading += ", " + std::to_string(message.payload.size()) + " bytes";

  base::ByteView payload = message.payload;
  if (message.isResponse() && payload.size() >= 4) {
    heading += ", status " + describeStatus(base::loadU32(payload.data()));
    payload = payload.subspan(4);
  }
  std::vector<std::string> lines{heading};
  if (message.function == idOf(Function::Heartbeat)) {
    lines.push_back("  " + base::hexText(payload.first(std::min(payload.size(), kMaxValue))));
  } else {
    describeAttributes(message, payload, lines);
  }
  return lines;
}

}  // namespace isns
