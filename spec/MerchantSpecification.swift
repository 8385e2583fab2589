/// `merchant.openapi.yaml`: the routes of the merchant API, what each asks of a key, and the problems it may tell of.
public struct MerchantSpecification: Sendable {
    /// One method of one path.
    public struct Operation: Sendable, Hashable {
        /// How code calls it.
        public let id: String
        /// In capital letters: `POST`.
        public let method: String
        /// With its placeholders: `/orders/{id}`.
        public let path: String
        /// What an API key needs; nil: no key is asked for.
        public let scopes: [String]?
        /// The names that the query may have.
        public let query: [String]
        /// Whether it takes an `Idempotency-Key`.
        public let isRepeatable: Bool
        /// The types that a body may have; empty: it takes no body.
        public let mediaTypes: [String]
        /// Every status that it may answer.
        public let statuses: [Int]
    }

    /// A kind of refusal.
    public struct Problem: Sendable, Hashable {
        /// The last part of `urn:tiyin:problem:…`.
        public let name: String
        /// The status that it is answered with; nil: more than one.
        public let status: Int?
        /// When it is answered.
        public let description: String
    }

    /// What an API key may be allowed to do.
    public struct Scope: Sendable, Hashable {
        /// `orders:read`
        public let name: String
        /// What it lets its holder do.
        public let description: String
    }

    /// In the document's order.
    public let operations: [Operation]
    /// In the document's order.
    public let scopes: [Scope]
    /// In the document's order.
    public let problems: [Problem]
    /// The document as it is written, in UTF-8.
    public let document: [UInt8]

    /// The problem of that name; nil if there is none.
    public func problem(named name: String) -> Problem? { problems.first { $0.name == name } }
}
