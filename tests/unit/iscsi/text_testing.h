// Text of Login and Text PDUs as tests write it: "Key=value" pairs, each ended by a NUL.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "agent/iscsi/text.h"
#include "shared/base/bytes.h"
#include "tests/support/base64_text.h"

namespace iscsi_test {

inline base::Bytes textOf(std::initializer_list<std::string_view> pairs) {
  base::Bytes out;
  for (const std::string_view pair : pairs) {
    base::append(out, base::asBytes(pair));
    out.push_back(0);
  }
  return out;
}

// The pairs of a text as "Key=value", in order; "fault: ..." stands at the end of one that is broken.
inline std::vector<std::string> pairsOf(base::ByteView text) {
  std::vector<std::string> pairs;
  iscsi::TextReader reader(text);
  for (iscsi::TextPair pair; reader.next(pair);) {
    pairs.push_back(std::string(pair.key) + "=" + std::string(pair.value));
  }
  if (reader.fault() != iscsi::TextFault::None) {
    pairs.push_back("fault: " + std::string(iscsi::textFaultName(reader.fault())));
  }
  return pairs;
}

}  // namespace iscsi_test
