#include "isns-server/app/metrics_table.h"

namespace app {
namespace {

constexpr std::string_view kOther = "other";

// The types of object that a registry holds.
constexpr isns::ObjectType kFirstType = isns::ObjectType::Entity;
constexpr isns::ObjectType kLastType = isns::ObjectType::DomainSet;

}  // namespace

namespace table {

std::vector<std::string_view> functionWords() {
  std::vector<std::string_view> words;
  for (const isns::FunctionRow& row : isns::functionTable()) words.push_back(row.name);
  words.push_back(kOther);
  return words;
}

std::vector<std::string_view> statusWords() {
  std::vector<std::string_view> words;
  for (const isns::StatusRow& row : isns::statusTable()) words.push_back(row.name);
  words.push_back(kOther);
  return words;
}

std::vector<std::string_view> objectWords() {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i <= objectLabel(kLastType); ++i) {
    words.push_back(isns::objectTypeName(static_cast<isns::ObjectType>(i + static_cast<std::size_t>(kFirstType))));
  }
  return words;
}

}  // namespace table

std::size_t functionLabel(std::uint16_t function) {
  const auto rows = isns::functionTable();
  const isns::FunctionRow* row = isns::findFunction(function);
  return row == nullptr ? rows.size() : static_cast<std::size_t>(row - rows.data());
}

std::size_t statusLabel(std::uint32_t status) {
  const auto rows = isns::statusTable();
  std::size_t label = 0;
  while (label < rows.size() && static_cast<std::uint32_t>(rows[label].status) != status) ++label;
  return label;
}

std::size_t objectLabel(isns::ObjectType type) {
  return static_cast<std::size_t>(type) - static_cast<std::size_t>(kFirstType);
}

}  // namespace app
