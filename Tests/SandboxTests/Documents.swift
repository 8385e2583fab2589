import Specification

/// The documents, read once.
enum Documents {
    static let transaction: TransactionSpecification = {
        guard let all = try? Specifications.load() else { preconditionFailure("the documents cannot be read") }
        return all.transaction
    }()
}
