/// How long a call may take, and how much of the answer is read.
public struct OutboundLimits: Sendable, Hashable {
    /// From the first look at the name to the last byte of the answer.
    public let deadlineSeconds: Int64
    /// How much of the answer's body is read.
    public let bodyBytesMaximum: Int
    /// Whether the body is wanted: then a longer one is a failure; otherwise what is read is thrown away.
    public let keepsBody: Bool

    /// 15 seconds; up to 16 KiB of the answer are read, and thrown away.
    public static let webhook = OutboundLimits(deadlineSeconds: 15, bodyBytesMaximum: 16 << 10, keepsBody: false)
    /// 2 seconds; an answer of up to 64 KiB.
    public static let inquiry = OutboundLimits(deadlineSeconds: 2, bodyBytesMaximum: 64 << 10, keepsBody: true)

    /// - Parameters:
    ///   - deadlineSeconds: above 0.
    ///   - bodyBytesMaximum: bytes of the answer's body.
    ///   - keepsBody: see ``keepsBody``.
    public init(deadlineSeconds: Int64, bodyBytesMaximum: Int, keepsBody: Bool) {
        self.deadlineSeconds = deadlineSeconds
        self.bodyBytesMaximum = bodyBytesMaximum
        self.keepsBody = keepsBody
    }
}
