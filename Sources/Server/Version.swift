/// The version of this program.
public enum TiyinVersion {
    /// As `tiyin --version` says it: MAJOR.MINOR.PATCH.
    public static let current = "0.1.0"
}
