/// The version of this program.
public enum TiyinVersion {
    public static let current = "0.1.0"
}
