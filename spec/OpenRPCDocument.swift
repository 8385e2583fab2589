/// An OpenRPC 1.3 document that has been read and found consistent.
public struct OpenRPCDocument: Sendable {
    /// The document's file name.
    public let name: String
    /// `info.title`.
    public let title: String
    /// `info.version`, that of the document.
    public let version: String
    /// How the protocol uses JSON-RPC (`x-rpc`).
    public let rules: OpenRPCProtocol
    /// The methods in the document's order.
    public let methods: [OpenRPCMethod]
    /// The errors in the document's order.
    public let errors: [OpenRPCError]

    private let methodIndex: [String: Int]
    private let errorIndex: [String: Int]

    init(
        name: String, title: String, version: String, rules: OpenRPCProtocol, methods: [OpenRPCMethod],
        errors: [OpenRPCError]
    ) {
        self.name = name
        self.title = title
        self.version = version
        self.rules = rules
        self.methods = methods
        self.errors = errors
        methodIndex = Dictionary(uniqueKeysWithValues: methods.enumerated().map { ($1.name, $0) })
        errorIndex = Dictionary(uniqueKeysWithValues: errors.enumerated().map { ($1.name, $0) })
    }

    /// The method of that name.
    public func method(named name: String) -> OpenRPCMethod? {
        methodIndex[name].map { methods[$0] }
    }

    /// The error of that name.
    public func error(named name: String) -> OpenRPCError? {
        errorIndex[name].map { errors[$0] }
    }

    /// The error that answers a protocol event.
    public func error(for event: OpenRPCProtocol.Event) -> OpenRPCError {
        guard let error = error(named: rules.errorName(for: event)) else {
            preconditionFailure("\(name) was read without the error for \(event.rawValue)")
        }
        return error
    }
}
