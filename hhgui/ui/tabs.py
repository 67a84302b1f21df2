"""List the tabs of the window from left to right; no other module lists them."""

from hhgui.ui.clamp.controller import ClampController
from hhgui.ui.clamp.tab import ClampTab
from hhgui.ui.dynamics.controller import DynamicsController
from hhgui.ui.dynamics.tab import DynamicsTab
from hhgui.ui.experiments.controller import MeasureController
from hhgui.ui.experiments.tab import MeasureTab
from hhgui.ui.fi.controller import FiController
from hhgui.ui.fi.tab import FiTab
from hhgui.ui.gating.controller import GatingController
from hhgui.ui.gating.tab import GatingTab
from hhgui.ui.integrators.controller import IntegratorsController
from hhgui.ui.integrators.tab import IntegratorsTab
from hhgui.ui.live.controller import LiveController
from hhgui.ui.live.tab import LiveTab
from hhgui.ui.run.controller import RunController
from hhgui.ui.run.tab import ExperimentTab
from hhgui.ui.tab import Tab
from hhgui.ui.tab_controller import TabController

TABS: tuple[tuple[type[Tab], type[TabController]], ...] = (
    (LiveTab, LiveController),
    (ExperimentTab, RunController),
    (FiTab, FiController),
    (ClampTab, ClampController),
    (MeasureTab, MeasureController),
    (DynamicsTab, DynamicsController),
    (GatingTab, GatingController),
    (IntegratorsTab, IntegratorsController),
)
