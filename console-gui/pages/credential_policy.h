// What is demanded of a login with a credential, as a menu: the domains that hold both of its ends, and its target;
// what each demands now, and what it could. What is chosen is an edit of the draft. The UI thread.
#pragma once

#include "console-gui/model/workspace.h"

class QMenu;

namespace console {

// Empties the menu first. Nothing in it: the credential is not there.
void fillPolicy(QMenu& menu, Workspace& workspace, san::Id credential);

}  // namespace console
