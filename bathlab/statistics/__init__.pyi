from .arithmetic import (
    CurveDistance as CurveDistance,
)
from .arithmetic import (
    curve_distance as curve_distance,
)
from .arithmetic import (
    estimate_of as estimate_of,
)
from .arithmetic import (
    independent as independent,
)
from .arithmetic import (
    ratio as ratio,
)
from .arithmetic import (
    slope as slope,
)
from .arithmetic import (
    slopes as slopes,
)
from .collapse import (
    Curve as Curve,
)
from .collapse import (
    Distance as Distance,
)
from .collapse import (
    collapse_distance as collapse_distance,
)
from .collapse import curves_of as curves_of
from .collapse import (
    distances_from_others as distances_from_others,
)
from .collapse import monotone_distance as monotone_distance
from .crossings import crossing as crossing
from .curves import bend as bend
from .curves import long_form as long_form
from .curves import summarise_curves as summarise_curves
from .curves import summarise_steps as summarise_steps
from .estimates import (
    Estimate as Estimate,
)
from .estimates import (
    by_place as by_place,
)
from .estimates import (
    estimate as estimate,
)
from .estimates import (
    summarise as summarise,
)
from .fits import Line as Line
from .fits import LorentzianFit as LorentzianFit
from .fits import (
    PowerLaw as PowerLaw,
)
from .fits import fit_line as fit_line
from .fits import lorentzian_fit as lorentzian_fit
from .fits import (
    power_law as power_law,
)
from .generalised import GeneralisedLine as GeneralisedLine
from .generalised import generalised_line as generalised_line
from .histograms import DensityLaw as DensityLaw
from .histograms import Histogram as Histogram
from .histograms import bin_counts as bin_counts
from .histograms import density_law as density_law
from .histograms import log_edges as log_edges
from .histograms import log_histogram as log_histogram
from .lines import (
    overlap_curve as overlap_curve,
)
from .lines import (
    overlap_threshold as overlap_threshold,
)
from .lines import (
    spins_taken_in as spins_taken_in,
)
from .misfits import Misfit as Misfit
from .misfits import misfit as misfit
from .power_tails import PowerTail as PowerTail
from .power_tails import power_tail as power_tail
from .resampling import Jackknife as Jackknife
from .resampling import jackknife as jackknife
from .scaling import Scaling as Scaling
from .scaling import scaling_fit as scaling_fit
from .shared_curves import SampledCurve as SampledCurve
from .shared_curves import SharedDistance as SharedDistance
from .shared_curves import sampled_curve as sampled_curve
from .shared_curves import shared_distance as shared_distance
from .shares import share_crossing as share_crossing
from .shares import share_curve as share_curve
from .shares import share_power as share_power
from .stretched_tails import Tail as Tail
from .stretched_tails import TailForm as TailForm
from .stretched_tails import fit_tail as fit_tail
from .stretched_tails import likelihood_ratio as likelihood_ratio
from .stretched_tails import null_ratios as null_ratios
from .widths import WidthRatio as WidthRatio
from .widths import fitted_widths as fitted_widths
from .widths import peak_width_over as peak_width_over
from .widths import width_law as width_law
from .widths import width_over as width_over
