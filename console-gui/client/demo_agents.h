// The agents of the demo: they apply at once what is wanted, and see the sessions that follow from it.
//
// A pure step on an editor: what targets have applied becomes what desiredAt() wants, sessions end whose initiator is let
// in no more, and hosts log in to what they find. Errors: none.
#pragma once

#include "shared/san/editor.h"

namespace console {

void demoAgentsReport(san::SnapshotEditor& editor, san::Seconds now);

}  // namespace console
