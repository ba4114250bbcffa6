// What the page of credentials says of one, as HTML in the colours of the theme: how it stands, its ends, what is
// wrong, what is to be done. Pure functions of the snapshot and of what the server answered (GET /chap/{name}): of that
// answer the members of CredentialDetail are kept and nothing else.
#pragma once

#include <QString>
#include <optional>

#include "console-gui/model/credential_table.h"
#include "console-gui/model/view.h"
#include "shared/base/json.h"

namespace console {

struct CredentialEnd {
  bool initiator = false;
  QString node;
  std::optional<bool> managed;  // an agent of ours is there; none: not known, as before the server has made the secret
  QString holds;                // of the API: yes, no, unknown
  [[nodiscard]] bool isForeign() const { return managed == false; }
  bool proven = false;
};

struct CredentialDetail {
  QString userName, phase;
  san::Seconds deadline = 0;
  std::vector<CredentialEnd> ends;
  QString why;  // there is no answer because; empty: there is
};

CredentialDetail detailOf(const base::Json& answer);
// nullptr: not asked yet.
QString credentialHtml(const View& view, const CredentialRow& row, const CredentialDetail* detail, san::Seconds now);
// What shows the secret to whoever has to type it at a foreign end; empty: no end is foreign.
QString revealCommand(const CredentialRow& row, const CredentialDetail& detail);

}  // namespace console
