// A document on its way to a draft: the server plans it, and what it refuses is told with where it came from, or left
// out.
//
// One owner, one thread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "isns-server/ctl/api_session.h"
#include "shared/san/import.h"

namespace ctl {

class PlannedDocument {
 public:
  // `origins` as of san::Imported; empty: errors name the pointer in the document.
  explicit PlannedDocument(base::Json document, std::vector<std::pair<std::string, std::string>> origins = {});

  // The draft. What the server refuses is printed to the standard error, a line each; with `partial` these entries are
  // taken out and the rest is planned again, else it fails. It fails too where nothing of it is left.
  Asked<base::Json> draft(ApiSession& session, Context& context, std::string_view mode, const std::string& title,
                          bool partial);

  [[nodiscard]] const base::Json& document() const { return document_; }
  [[nodiscard]] std::size_t leftOut() const { return leftOut_; }

 private:
  void tell(Context& context, const std::string& pointer, const std::string& text) const;
  bool takeOut(const std::vector<std::string>& pointers);
  [[nodiscard]] std::string originOf(const std::string& pointer) const;

  base::Json document_;
  std::map<std::string, std::string> origins_;
  std::map<std::string, std::vector<std::size_t>> numbers_;  // of the entries that are left, by section
  std::size_t leftOut_ = 0;
};

}  // namespace ctl
