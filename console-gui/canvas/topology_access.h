// The topology's canvas as a table to screen readers: a column of the table a column of the canvas, a cell a node.
//
// Installed by the first canvas. Interfaces of cells are made when asked for and go with the topology. The UI thread.
#pragma once

namespace console {

class TopologyCanvas;

void installTopologyAccess();
// Cells of a topology that is gone are forgotten, and readers are told.
void topologyAccessChanged(TopologyCanvas& canvas);
// The current node is another one.
void topologyAccessMoved(TopologyCanvas& canvas);

}  // namespace console
