public import Payments

/// One thing that must be true of a database. The core has its own; an engine and each gateway add theirs.
public struct DatabaseCheck: Sendable {
    /// One word, stable: scripts read it.
    public let name: String
    /// What is true when nothing is found.
    public let rule: String
    /// What the ids of orders begin with that a gateway made for itself: no receiver of the outbox is told of them.
    public let silentOrderPrefix: String?
    let run: @Sendable (any SQLSession, inout DatabaseFindings) throws -> Void

    /// - Parameters:
    ///   - silentOrderPrefix: see ``silentOrderPrefix``.
    ///   - run: reads, counts what it looks at, and reports what breaks the rule. It changes nothing. What it
    ///   throws is reported as a finding: a table that cannot be read is not in order.
    public init(
        name: String, rule: String, silentOrderPrefix: String? = nil,
        run: @escaping @Sendable (any SQLSession, inout DatabaseFindings) throws -> Void
    ) {
        self.name = name
        self.rule = rule
        self.silentOrderPrefix = silentOrderPrefix
        self.run = run
    }
}

/// What a check has seen so far. Keeps a bounded number of sentences, and counts the rest.
public struct DatabaseFindings: Sendable, Hashable {
    /// One broken rule.
    public struct Violation: Sendable, Hashable {
        /// What it is about: `transaction 17`, `order A-5`.
        public let subject: String
        /// What is wrong with it, for people.
        public let problem: String
    }

    /// Sentences that are kept of one check.
    public static let keptMaximum = 50

    /// How many things were looked at.
    public private(set) var examined: Int64 = 0
    /// How many violations there are in all.
    public private(set) var count: Int64 = 0
    /// The first of them.
    public private(set) var violations: [Violation] = []

    public init() {}

    public mutating func examine(_ number: Int64 = 1) { examined += number }

    public mutating func report(_ subject: String, _ problem: String) {
        count += 1
        if violations.count < Self.keptMaximum {
            violations.append(Violation(subject: subject, problem: problem))
        }
    }
}

/// What a verification found.
public struct VerificationReport: Sendable, Hashable {
    /// One check and its outcome.
    public struct Result: Sendable, Hashable {
        public let name: String
        public let rule: String
        public let findings: DatabaseFindings
        public var isInOrder: Bool { findings.count == 0 }
    }

    public let results: [Result]

    init(results: [Result]) {
        self.results = results
    }

    /// Of a database that is too damaged to be looked at: one check, one violation.
    public init(failed check: DatabaseCheck, subject: String, problem: String) {
        var findings = DatabaseFindings()
        findings.report(subject, problem)
        results = [Result(name: check.name, rule: check.rule, findings: findings)]
    }

    /// How many violations there are in all.
    public var violations: Int64 { results.reduce(0) { $0 + $1.findings.count } }
    public var isInOrder: Bool { violations == 0 }
}
