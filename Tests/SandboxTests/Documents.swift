import Specification

/// The documents, read once.
enum Documents {
    static let all: Specifications = {
        guard let all = try? Specifications.load() else { preconditionFailure("the documents cannot be read") }
        return all
    }()

    static var transaction: TransactionSpecification { all.transaction }
}
