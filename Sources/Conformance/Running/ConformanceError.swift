/// Why a run could not be made, or not be ended. The description is one sentence for the person who asked for it.
public struct ConformanceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of reasons; a struct over a private enum, so that one can be added without breaking a `switch`.
    public struct Code: Sendable, Hashable {
        private enum Kind { case badArgument, unreachable, notAnEndpoint, credentialsRefused, ordersRefused }

        private let kind: Kind

        /// An argument makes no sense.
        public static let badArgument = Code(kind: .badArgument)
        /// Nothing answers at the URL.
        public static let unreachable = Code(kind: .unreachable)
        /// Something answers at the URL that is no endpoint of the gateway.
        public static let notAnEndpoint = Code(kind: .notAnEndpoint)
        /// The server does not take the login and key it was given.
        public static let credentialsRefused = Code(kind: .credentialsRefused)
        /// The merchant API did not make the orders.
        public static let ordersRefused = Code(kind: .ordersRefused)
    }

    /// The kind of reason.
    public let code: Code
    /// The sentence.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// What a command should exit with: the run was not made.
    public var exitCode: Int32 { 2 }
}
