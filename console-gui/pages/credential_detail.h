// What the page of credentials says of one, as HTML in the colours of the theme: how it stands, its ends, what is wrong, what
// is to be done. Pure functions of the snapshot and of what the server answered (GET /chap/{name}); no member of that answer
// is shown that is not named here.
#pragma once

#include <QString>

#include "console-gui/model/credential_table.h"
#include "console-gui/model/view.h"
#include "shared/base/json.h"

namespace console {

// `answer` null: not asked yet, or nobody answers.
QString credentialHtml(const View& view, const CredentialRow& row, const base::Json& answer, san::Seconds now);
// What shows the secret to whoever has to type it at a foreign end; empty: no end is foreign.
QString revealCommand(const CredentialRow& row, const base::Json& answer);

}  // namespace console
