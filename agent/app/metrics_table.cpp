#include "agent/app/metrics_table.h"

namespace agent {

namespace table {

std::vector<std::string_view> loginStatusWords() {
  std::vector<std::string_view> words;
  for (const iscsi::LoginStatusRow& row : iscsi::loginStatusTable()) {
    if (row.status != iscsi::LoginStatus::Success) words.push_back(row.name);
  }
  words.push_back("none");
  return words;
}

}  // namespace table

std::size_t loginStatusLabel(iscsi::LoginStatus status) {
  std::size_t label = 0;
  for (const iscsi::LoginStatusRow& row : iscsi::loginStatusTable()) {
    if (row.status == iscsi::LoginStatus::Success) continue;
    if (row.status == status) return label;
    ++label;
  }
  return label;
}

}  // namespace agent
