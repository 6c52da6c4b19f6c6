"""The stage as the keeper sees it: started, watched, judged when it dies, and started again."""
