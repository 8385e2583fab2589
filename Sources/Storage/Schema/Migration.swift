/// One step of the schema. Once released it is never edited: a correction is a new step.
public struct Migration: Sendable {
    /// Unique for ever; stored in the database.
    public let name: String
    /// Portable statements. `{identity}` stands for the dialect's self-numbering primary key.
    public let statements: [String]

    /// - Parameters:
    ///   - name: unlike any other, also unlike those of the core and the gateways.
    ///   - statements: one SQL statement each, carried out in their order in one storage transaction.
    public init(_ name: String, _ statements: [String]) {
        self.name = name
        self.statements = statements
    }
}
