"""The words of the Core Business Vocabulary 2.0, and the spellings each of them may come in.

Owns the closed lists of words (CBV 2.0, 7 and 8) and of sensor terms (GS1 web vocabulary), and the mapping between the
bare word, the web URI, the CURIE and the old URN. Leaves to `epcis.validation` which spelling is allowed where.
"""

from __future__ import annotations

from dataclasses import dataclass

CBV = "https://ref.gs1.org/cbv/"
GS1_VOC = "https://gs1.org/voc/"
CBV_URN = "urn:epcglobal:cbv:"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A closed list of bare words. `web` + word is the web URI, `urn` + word the URN of EPCIS 1.x, where it had one."""

    field: str
    web: str
    urn: str | None
    words: frozenset[str]

    def web_uri(self, word: str) -> str | None:
        """The web URI of a bare word of this list, None for anything else."""
        return self.web + word if word in self.words else None


def words(text: str) -> frozenset[str]:
    """The words of a list, which reads best as running text."""
    return frozenset(text.split())


BIZ_STEP = Vocabulary(
    "bizStep",
    CBV + "BizStep-",
    CBV_URN + "bizstep:",
    words("""accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
        decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
        installing killing loading other packing picking receiving removing repackaging repairing replacing reserving
        retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting
        unloading unpacking void_shipping"""),
)
DISPOSITION = Vocabulary(
    "disposition",
    CBV + "Disp-",
    CBV_URN + "disp:",
    words("""active available completeness_inferred completeness_verified conformant container_closed container_open
        damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class
        mismatch_instance mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other
        partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen
        unavailable unknown"""),
)
BIZ_TRANSACTION_TYPE = Vocabulary(
    "business transaction type",
    CBV + "BTT-",
    CBV_URN + "btt:",
    words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"),
)
SOURCE_DEST_TYPE = Vocabulary(
    "source or destination type",
    CBV + "SDT-",
    CBV_URN + "sdt:",
    words("owning_party possessing_party location"),
)
ERROR_REASON = Vocabulary("error reason", CBV + "ER-", CBV_URN + "er:", words("did_not_occur incorrect_data"))
COMPONENT = Vocabulary(
    "component",
    CBV + "Comp-",
    None,
    words("""x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude
        longitude altitude"""),
)
SENSOR_EXCEPTION = Vocabulary("exception", GS1_VOC, None, words("ALARM_CONDITION ERROR_CONDITION"))
MEASUREMENT_TYPE = Vocabulary(
    "measurement type",
    GS1_VOC,
    None,
    words("""AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
        AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
        Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
        ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency
        Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
        LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
        MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux
        RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed
        SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction
        VolumetricFlux Wavenumber"""),
)

CBV_LISTS = (BIZ_STEP, DISPOSITION, BIZ_TRANSACTION_TYPE, SOURCE_DEST_TYPE, ERROR_REASON, COMPONENT)
_SPELLINGS: dict[str, tuple[str, str]] = {
    spelling: (word, listed.web + word)
    for listed in CBV_LISTS
    for word in listed.words
    for spelling in (
        listed.web + word,
        "cbv:" + listed.web.removeprefix(CBV) + word,
        *([listed.urn + word] if listed.urn else ()),
    )
}


def bare_word(text: str | None) -> str | None:
    """The bare CBV word for any spelling of it (web URI, CURIE, URN, bare); any other text, or None, unchanged."""
    found = _SPELLINGS.get(text) if text is not None else None
    return found[0] if found else text


def web_spelling(text: str) -> str:
    """The web URI for a CBV word written as URN or CURIE; any other text unchanged (bare words need their list)."""
    found = _SPELLINGS.get(text)
    return found[1] if found else text
