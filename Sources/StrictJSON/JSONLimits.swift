/// How much of a document is read before it is refused. All limits are inclusive.
public struct JSONLimits: Sendable, Hashable {
    /// How deep arrays and objects may nest: 1 allows `[]` but not `[[]]`, 0 allows scalars only.
    ///
    /// Never more than ``highestDepth``, whatever it is set to.
    public var maximumDepth: Int {
        didSet { maximumDepth = Self.clamped(maximumDepth) }
    }

    /// How long a document may be, in bytes, whitespace included.
    public var maximumBytes: Int

    /// How many members one object may have.
    public var maximumMembers: Int

    /// How long one key may be, in bytes of UTF-8 after unescaping. Keys are compared as Swift compares strings, which
    /// for combining characters takes a time that grows with the square of their number.
    public var maximumKeyBytes: Int

    /// Depth 32, one mebibyte, 1,024 members, keys of 256 bytes: far above any message of a payment protocol.
    public static let `default` = JSONLimits()

    /// The greatest depth that can be asked for. Values are read, compared and released by recursion, and this much
    /// of it fits the smallest stack a thread has by default (512 KiB, on macOS).
    public static let highestDepth = 128

    /// - Parameters:
    ///   - maximumDepth: How deep arrays and objects may nest; clamped to 0…``highestDepth``.
    ///   - maximumBytes: How long a document may be, in bytes.
    ///   - maximumMembers: How many members one object may have.
    ///   - maximumKeyBytes: How long one key may be, in bytes of UTF-8.
    public init(
        maximumDepth: Int = 32, maximumBytes: Int = 1 << 20, maximumMembers: Int = 1024, maximumKeyBytes: Int = 256
    ) {
        self.maximumDepth = Self.clamped(maximumDepth)
        self.maximumBytes = maximumBytes
        self.maximumMembers = maximumMembers
        self.maximumKeyBytes = maximumKeyBytes
    }

    private static func clamped(_ depth: Int) -> Int {
        min(max(depth, 0), highestDepth)
    }
}
