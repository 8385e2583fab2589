/// The name of an error, its key under `components.errors` of the OpenRPC document.
public struct RPCErrorName: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The key, such as `OrderBusy`.
    public let rawValue: String

    /// A name; whether the document has it is found out when handlers are bound.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The name as it is written: `"OrderBusy"`.
    public init(stringLiteral value: String) {
        self.init(rawValue: value)
    }

    /// The name itself.
    public var description: String { rawValue }
}
